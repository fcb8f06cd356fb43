package dev.skerry.control.store;

/** A site has another version than its change expected. */
public final class StaleVersion extends Exception {
    private static final long serialVersionUID = 1L;

    private final String site;
    private final long current;

    /**
     * Of a site.
     *
     * @param current its version, 0 when there is no such site
     */
    public StaleVersion(String site, long current) {
        super("site '" + site + "' has version " + current);
        this.site = site;
        this.current = current;
    }

    /** The site. */
    public String site() {
        return site;
    }

    /** Its version, 0 when there is no such site. */
    public long current() {
        return current;
    }
}
