package dev.skerry.cache.store.disk.policy;

import java.util.Arrays;

/** Bytes by site, in twelve bytes each: every segment has one of these. Not thread-safe. */
public final class SiteBytes {
    private static final int FIRST_SITES = 4;

    private int[] sites = new int[FIRST_SITES];
    private long[] bytes = new long[FIRST_SITES];
    private int count;

    /** Takes what is counted. */
    @FunctionalInterface
    public interface Sink {
        /** So many bytes of a site. */
        void bytes(int site, long count);
    }

    /** So many bytes more of a site. */
    public void add(int site, long more) {
        int at = Arrays.binarySearch(sites, 0, count, site);
        if (at < 0) {
            at = -at - 1;
            insert(at, site);
        }
        bytes[at] += more;
    }

    private void insert(int at, int site) {
        if (count == sites.length) {
            sites = Arrays.copyOf(sites, count * 2);
            bytes = Arrays.copyOf(bytes, count * 2);
        }
        System.arraycopy(sites, at, sites, at + 1, count - at);
        System.arraycopy(bytes, at, bytes, at + 1, count - at);
        sites[at] = site;
        bytes[at] = 0;
        count++;
    }

    /** Gives each site with its bytes. */
    public void forEach(Sink sink) {
        for (int i = 0; i < count; i++) {
            sink.bytes(sites[i], bytes[i]);
        }
    }

    /** Nothing of any site. */
    public void clear() {
        count = 0;
    }
}
