"""The running application: channels, inbox, courier, dispatcher, and the main module that wires them."""
