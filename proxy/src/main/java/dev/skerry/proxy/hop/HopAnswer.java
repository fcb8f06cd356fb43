package dev.skerry.proxy.hop;

/**
 * What a node says of the response that it gives to another one.
 *
 * @param bornAt the revision that it was born at (purge rule 7), at least 0
 * @param stale whether it was stale when it left
 * @param ageMillis its current age when its head left, at least 0
 */
public record HopAnswer(long bornAt, boolean stale, long ageMillis) {
    /** Checks the numbers. */
    public HopAnswer {
        if (bornAt < 0 || ageMillis < 0) {
            throw new IllegalArgumentException("bornAt " + bornAt + ", age " + ageMillis);
        }
    }
}
