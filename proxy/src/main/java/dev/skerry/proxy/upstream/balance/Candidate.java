package dev.skerry.proxy.upstream.balance;

/** What balancing looks at. */
public interface Candidate {
    /** At least 1; twice the weight, twice the requests. */
    int weight();

    /** Exchanges that have begun and not ended. */
    int inFlight();
}
