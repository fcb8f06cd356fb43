package dev.skerry.proxy.hop;

import org.jspecify.annotations.Nullable;

/** How a node comes by a lease through others, and gives of its own (PURGE.md rule 14). */
public interface Vouching {
    /** Of a node that stands alone: it has no lease and needs none. */
    Vouching NONE =
            new Vouching() {
                @Override
                public @Nullable Vouch own() {
                    return null;
                }

                @Override
                public void heard(Vouch vouch, long sentMillis) {}
            };

    /** What this node can say of itself now; null when it does not follow a control plane. */
    @Nullable Vouch own();

    /**
     * Another node has vouched.
     *
     * @param sentMillis before the request left that this is the answer to, by this node's
     *     monotonic clock
     */
    void heard(Vouch vouch, long sentMillis);
}
