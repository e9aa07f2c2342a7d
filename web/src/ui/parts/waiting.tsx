/** Says in words what is being waited for. */
export function Waiting({ children }: { children: string }) {
  return (
    <p class="waiting" role="status">
      {children}
    </p>
  );
}
