package dev.skerry.control.http;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** Who may use the API. Thread-safe. */
public interface Access {
    /**
     * Finds out who calls.
     *
     * @param authorization the value of {@code Authorization}, null without
     * @return null when it names nobody
     */
    @Nullable Caller identify(@Nullable String authorization);

    /**
     * Finds out who calls from an address without a token, with a method that is about sites.
     *
     * @return null when addresses say nothing
     */
    default @Nullable Caller neighbour(InetAddress peer) {
        return null;
    }

    /**
     * A request that would have changed something was refused; must not throw.
     *
     * @param caller {@link Caller#NOBODY} when it is unknown
     * @param what method and path template
     * @param site null when it concerned no single one
     */
    void refused(Caller caller, String what, @Nullable String site, int status, String detail);
}
