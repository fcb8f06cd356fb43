package dev.skerry.control.route;

import dev.skerry.config.routing.Routing;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The operator's routing with the token that its file names. Never printed. */
final class RoutingState {
    private final Routing routing;
    private final byte @Nullable [] debugToken;

    RoutingState(Routing routing, @Nullable String debugToken) {
        this.routing = routing;
        this.debugToken = debugToken == null ? null : bytes(debugToken);
    }

    Routing routing() {
        return routing;
    }

    /** Whether a request that shows this may be told the reasons. */
    boolean isDebugToken(@Nullable String shown) {
        byte[] token = debugToken;
        return token != null && shown != null && MessageDigest.isEqual(token, bytes(shown));
    }

    boolean sameAs(RoutingState other) {
        return routing.equals(other.routing) && Arrays.equals(debugToken, other.debugToken);
    }

    private static byte[] bytes(String token) {
        return token.getBytes(StandardCharsets.UTF_8);
    }
}
