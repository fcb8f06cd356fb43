package dev.skerry.config.protocol;

/** What came is not what the protocol allows; the message says where and why. */
public final class MalformedMessage extends Exception {
    private static final long serialVersionUID = 1L;

    /** With what is wrong. */
    public MalformedMessage(String message) {
        super(message);
    }
}
