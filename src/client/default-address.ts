/** Temporal's port unless told otherwise; its clients look there when an address names none. */
export const DEFAULT_PORT = 7233;

/** Where Temporal listens unless told otherwise. */
export const DEFAULT_ADDRESS = `127.0.0.1:${DEFAULT_PORT}`;
