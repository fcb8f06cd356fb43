package dev.skerry.control.sites;

import dev.skerry.config.SiteTable;
import dev.skerry.control.store.ControlStore;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sites of a store as a table that is always at hand. It follows the store a moment later; when
 * the store fails it stays as it was. Thread-safe.
 */
public final class SitesInForce implements Supplier<SiteTable> {
    private static final Logger LOG = LoggerFactory.getLogger(SitesInForce.class);

    private final SiteBook book;
    private final AtomicBoolean woken = new AtomicBoolean();
    private volatile SiteTable table = new SiteTable(List.of());

    private SitesInForce(ControlStore store) {
        this.book = new SiteBook(store);
    }

    /** The sites of a store from now on. */
    public static SitesInForce of(ControlStore store) throws IOException {
        SitesInForce sites = new SitesInForce(store);
        store.onAppend(sites::wake);
        sites.follow();
        return sites;
    }

    @Override
    public SiteTable get() {
        return table;
    }

    private void wake() {
        // One at a time waits; it will see whatever is appended until it begins.
        if (woken.compareAndSet(false, true)) {
            Thread.startVirtualThread(this::followQuietly);
        }
    }

    private void followQuietly() {
        woken.set(false);
        try {
            follow();
        } catch (IOException e) {
            LOG.warn("the sites stay as they were: {}", e.toString());
        }
    }

    private synchronized void follow() throws IOException {
        book.follow();
        table = book.table();
    }
}
