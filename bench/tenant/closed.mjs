/** Ends a server and its connections. @param {import("node:http").Server} server @returns {Promise<void>} */
export function closed(server) {
  return new Promise((done) => {
    server.close(() => done());
    server.closeAllConnections();
  });
}
