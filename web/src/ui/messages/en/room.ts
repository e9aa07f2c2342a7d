export const room = {
  linkTo: (says: string, host: string) => `${says}, link to ${host}`,
  label: (title: string) => `Room ${title}`,
  opening: "Opening the room",
};
