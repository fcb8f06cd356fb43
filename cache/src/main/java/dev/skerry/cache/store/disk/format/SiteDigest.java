package dev.skerry.cache.store.disk.format;

/** 32 bits that stand for a site's name on disk. The same in every process. */
public final class SiteDigest {
    private SiteDigest() {}

    /** Of a name. */
    public static int of(String site) {
        int hash = site.hashCode() * 0x9E3779B9;
        return hash ^ (hash >>> 15);
    }
}
