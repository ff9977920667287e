"""The real program, started as a process, driven in a real Chromium by people who only see what is on the screen."""
