package dev.skerry.control.store.etcd;

import dev.skerry.control.store.etcd.EtcdFailure.Kind;
import org.jspecify.annotations.Nullable;

/**
 * What a member's error says, by the codes of gRPC that its gateway passes on.
 *
 * @param kind null: another member, or the same a moment later, may do it
 * @param perhapsDone whether it may have been done all the same
 */
record Refusal(@Nullable Kind kind, boolean perhapsDone, String message) {
    private static final int INVALID = 3;
    private static final int NOT_FOUND = 5;
    private static final int FORBIDDEN = 7;
    private static final int EXHAUSTED = 8;
    private static final int FAILED_PRECONDITION = 9;
    private static final int OUT_OF_RANGE = 11;
    private static final int UNAUTHENTICATED = 16;

    static Refusal of(int code, String message) {
        return switch (code) {
            case EXHAUSTED ->
                    message.contains("space")
                            ? new Refusal(
                                    Kind.FULL,
                                    false,
                                    "etcd is full and takes no writes until somebody makes room: "
                                            + message)
                            : new Refusal(null, false, message);
            case OUT_OF_RANGE -> new Refusal(Kind.COMPACTED, false, message);
            case NOT_FOUND -> new Refusal(Kind.GONE, false, message);
            case FORBIDDEN, UNAUTHENTICATED -> new Refusal(Kind.FORBIDDEN, false, message);
            case INVALID, FAILED_PRECONDITION -> {
                if (message.contains("user name is empty")) {
                    yield new Refusal(
                            Kind.FORBIDDEN, false, "etcd wants a user and a password: " + message);
                }
                // The token is older than a change of users or roles.
                Kind kind =
                        message.contains("auth store is old")
                                ? Kind.FORBIDDEN
                                : message.contains("key not found") ? Kind.GONE : Kind.REFUSED;
                yield new Refusal(kind, false, message);
            }
            // Timeouts, no leader, a leader that changed: nobody knows.
            default -> new Refusal(null, true, message);
        };
    }
}
