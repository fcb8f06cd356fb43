package dev.skerry.config.protocol;

import java.time.Duration;

/** How long leases are, and how long a control plane waits for one that it cannot end. */
public final class LeaseTerms {
    /** From the ping that a beat echoes to the end of the lease that it gives. */
    public static final Duration LENGTH = Duration.ofSeconds(30);

    /**
     * From the acceptance of a purge until no lease is left that was given without it: 2 % more,
     * for clocks of different pace, and for what a node needs to see that it had stood still.
     */
    public static final Duration WAIT = LENGTH.plus(LENGTH.dividedBy(50));

    private LeaseTerms() {}
}
