// For projects whose tests start nothing slow: one that hangs is found within seconds, on a busy machine too.
jest.setTimeout(20_000);
