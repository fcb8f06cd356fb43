package dev.skerry.control.route;

/** What became of a request. */
public enum Outcome {
    /** Sent to an edge. */
    REDIRECTED("redirected"),
    /** Told which edges there are. */
    LISTED("listed"),
    /** A CORS preflight, answered here. */
    PREFLIGHT("preflight"),
    /** No edge was left: sent to the origin. */
    ORIGIN("origin"),
    /** No edge was left. */
    UNAVAILABLE("unavailable"),
    /** No site has the host. */
    UNKNOWN_HOST("unknown-host"),
    /** Not about a resource of a site. */
    REFUSED("refused");

    private final String word;

    Outcome(String word) {
        this.word = word;
    }

    /** As it is printed in logs and metrics. */
    public String word() {
        return word;
    }
}
