"""The web face: one folder per family of screens. A view authorises, reads, calls one service, renders."""
