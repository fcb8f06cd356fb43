package dev.skerry.net.client;

import dev.skerry.net.client.ClientFailure.Kind;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import org.jspecify.annotations.Nullable;

/** Tells what an exception out of the layers below means. */
final class Failures {
    private static final int DEPTH = 8;

    private Failures() {}

    /** The fault that is, or lies under, an exception. */
    static @Nullable ExchangeFault faultIn(Throwable thrown) {
        Throwable cause = thrown;
        for (int i = 0; cause != null && i < DEPTH; i++) {
            if (cause instanceof ExchangeFault fault) {
                return fault;
            }
            cause = cause.getCause();
        }
        return null;
    }

    /** An exception of an established connection. */
    static ExchangeFault asFault(IOException thrown) {
        ExchangeFault fault = faultIn(thrown);
        if (fault != null) {
            return fault;
        }
        Kind kind = thrown instanceof ClosedByInterruptException ? Kind.CANCELLED : Kind.RESET;
        return new ExchangeFault(kind, String.valueOf(thrown.getMessage()), thrown);
    }

    /** What the caller is told. */
    static ClientFailure of(ClientExchange exchange, IOException thrown) {
        ExchangeFault noted = exchange.fault();
        ExchangeFault fault = noted != null ? noted : asFault(thrown);
        Kind kind = fault.kind();
        if (Thread.currentThread().isInterrupted()) {
            kind = Kind.CANCELLED;
        } else if (kind == Kind.CONNECT_TIMEOUT) {
            // The limit of connecting was the nearer of two: only the exchange knows which.
            kind = exchange.limits().expired().kind();
        }
        return new ClientFailure(
                kind,
                exchange.reused(),
                exchange.sendingBegun(),
                String.valueOf(fault.getMessage()),
                thrown);
    }
}
