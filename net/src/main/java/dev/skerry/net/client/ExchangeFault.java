package dev.skerry.net.client;

import dev.skerry.net.client.ClientFailure.Kind;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What broke an exchange, as it travels through streams that know only {@link IOException}. Becomes
 * a {@link ClientFailure} where the state of the exchange is known.
 */
final class ExchangeFault extends IOException {
    private static final long serialVersionUID = 1L;

    private final Kind kind;

    ExchangeFault(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    ExchangeFault(Kind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    Kind kind() {
        return kind;
    }

    /** What was received is no HTTP/1.1, or in doubt. */
    static ExchangeFault protocol(String message) {
        return new ExchangeFault(Kind.PROTOCOL, message);
    }

    /** The peer went away. */
    static ExchangeFault reset(String message) {
        return new ExchangeFault(Kind.RESET, message);
    }
}
