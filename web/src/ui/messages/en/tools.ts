export const tools = {
  panel: "People and room",
};
