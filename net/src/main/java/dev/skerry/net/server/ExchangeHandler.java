package dev.skerry.net.server;

/** Handles requests. */
@FunctionalInterface
public interface ExchangeHandler {
    /**
     * Called on the I/O thread with a request whose framing and target have passed the guard. Must
     * not block.
     */
    void handle(Exchange exchange);
}
