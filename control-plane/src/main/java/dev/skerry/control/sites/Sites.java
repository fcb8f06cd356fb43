package dev.skerry.control.sites;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skerry.config.SiteTable;
import dev.skerry.config.protocol.Change;
import dev.skerry.config.protocol.Revision;
import dev.skerry.control.access.AuditEntry;
import dev.skerry.control.access.AuditTrail;
import dev.skerry.control.http.ApiProblem;
import dev.skerry.control.store.ControlStore;
import dev.skerry.control.store.ControlStore.Entry;
import dev.skerry.control.store.Draft;
import dev.skerry.control.store.StaleVersion;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The sites of a store, and the rules by which they change: a document is valid, names its site,
 * and takes no host of another one. Thread-safe; changes are made one at a time.
 */
public final class Sites {
    private final ControlStore store;
    private final AuditTrail audit;
    private final SiteBook book;
    private final SiteLog log;

    /** The sites of a store. */
    public Sites(ControlStore store, AuditTrail audit) {
        this.store = store;
        this.audit = audit;
        this.book = new SiteBook(store);
        this.log = new SiteLog(store);
    }

    /**
     * What an application came to.
     *
     * @param revision of the change that brought the document
     * @param changed false when the site had this very document
     * @param replaced what it took the place of; null when it is unchanged, or new
     */
    public record Applied(
            String site,
            long version,
            Revision revision,
            boolean changed,
            @Nullable Replaced replaced) {
        /** Whether there was no such site. */
        public boolean created() {
            return changed && replaced == null;
        }
    }

    /**
     * A version that has been replaced.
     *
     * @param who applied it; empty when that is not known any more
     * @param when ISO 8601, or empty
     */
    public record Replaced(long version, String who, String when) {}

    /**
     * Who wants a change, and how.
     *
     * @param who the name of a token
     * @param what method and path template, for the audit trail
     * @param expected the version that must be the current one, 0 for none; null for any
     */
    public record Wish(String who, String what, @Nullable Long expected) {}

    /** The names of all sites. */
    public synchronized Set<String> names() throws IOException {
        book.follow();
        return book.names();
    }

    /** All sites that this release can read, by host. */
    public synchronized SiteTable table() throws IOException {
        book.follow();
        return book.table();
    }

    /**
     * Applies a document.
     *
     * @param document YAML in UTF-8
     * @throws ApiProblem 400 when it is wrong, 409 when it takes another site's host, 412 when the
     *     site has another version than expected
     * @throws IOException when the store does not take it; then nothing changed
     */
    public synchronized Applied apply(String site, byte[] document, Wish wish)
            throws ApiProblem, IOException {
        return apply(site, document, wish, null);
    }

    /**
     * Applies the document of an earlier version again.
     *
     * @throws ApiProblem as {@link #apply}; 404 when that version is not kept
     */
    public synchronized Applied rollBack(String site, long version, Wish wish)
            throws ApiProblem, IOException {
        book.follow();
        require(site);
        return apply(site, document(site, version).getBytes(StandardCharsets.UTF_8), wish, version);
    }

    /**
     * Deletes a site.
     *
     * @throws ApiProblem 404 when there is none, 412 when it has another version than expected
     */
    public synchronized Revision delete(String site, Wish wish) throws ApiProblem, IOException {
        book.follow();
        long version = require(site).site().version();
        String history = book.history();
        Draft draft = new Draft.DeleteSite(site, wish.expected());
        Change change =
                append(
                        draft,
                        made -> {
                            List<Entry> records = new ArrayList<>();
                            if (made instanceof Change.SiteDeleted gone) {
                                records.addAll(log.deleted(history, gone, version, wish.who()));
                            }
                            records.add(audit(wish, site, made, "deleted version " + version));
                            return records;
                        });
        return new Revision(history, change.counter());
    }

    synchronized SiteCheck check(String site, byte[] document) throws IOException {
        book.follow();
        return SiteCheck.of(site, document, book);
    }

    synchronized Collection<SiteBook.Entry> all() throws IOException {
        book.follow();
        return book.all();
    }

    synchronized SiteBook.Entry current(String site) throws ApiProblem, IOException {
        book.follow();
        return require(site);
    }

    /** The revision of a change in the history that counts now. */
    synchronized Revision revision(long counter) {
        return new Revision(book.history(), counter);
    }

    List<ObjectNode> versions(String site) throws IOException {
        return log.lines(site);
    }

    String document(String site, long version) throws ApiProblem, IOException {
        String document = log.document(site, version);
        if (document == null) {
            throw ApiProblem.notFound(
                    "site '" + site + "' has no version " + version + ", or no longer");
        }
        return document;
    }

    private Applied apply(String site, byte[] document, Wish wish, @Nullable Long rolledBackTo)
            throws ApiProblem, IOException {
        book.follow();
        requireValid(SiteCheck.of(site, document, book));
        String text = new String(document, StandardCharsets.UTF_8);
        SiteBook.Entry before = book.find(site);
        requireVersion(site, before == null ? 0 : before.site().version(), wish.expected());
        if (before != null && before.site().document().equals(text)) {
            Revision revision = revision(before.site().counter());
            return new Applied(site, before.site().version(), revision, false, null);
        }
        String history = book.history();
        Change change =
                append(
                        new Draft.ApplySite(site, text, wish.expected()),
                        made -> {
                            List<Entry> records = new ArrayList<>();
                            if (made instanceof Change.SiteApplied applied) {
                                records.addAll(
                                        log.applied(history, applied, wish.who(), rolledBackTo));
                                String detail = "version " + applied.version();
                                records.add(audit(wish, site, made, detail));
                            }
                            return records;
                        });
        if (!(change
                instanceof
                Change.SiteApplied(
                        long counter,
                        var s,
                        long version,
                        var d,
                        boolean created,
                        long t))) {
            throw new IllegalStateException("an application became " + change);
        }
        Replaced replaced = created ? null : log.replaced(site, version - 1);
        return new Applied(site, version, new Revision(history, counter), true, replaced);
    }

    private Entry audit(Wish wish, String site, Change change, String detail) {
        return audit.record(
                AuditEntry.done(wish.who(), wish.what(), site, change.counter(), detail));
    }

    private Change append(Draft draft, Function<Change, List<Entry>> records)
            throws ApiProblem, IOException {
        try {
            return store.append(List.of(draft), made -> records.apply(made.getFirst()))
                    .changes()
                    .getFirst();
        } catch (StaleVersion e) {
            throw otherVersion(e.site(), e.current());
        }
    }

    private SiteBook.Entry require(String site) throws ApiProblem {
        SiteBook.Entry entry = book.find(site);
        if (entry == null) {
            throw ApiProblem.notFound("there is no site '" + site + "'");
        }
        return entry;
    }

    private static void requireValid(SiteCheck check) throws ApiProblem {
        if (!check.isValid()) {
            String first =
                    check.problems().stream()
                            .filter(problem -> problem.isError())
                            .findFirst()
                            .orElseThrow()
                            .message();
            throw new ApiProblem(400, "Bad document", first, check.shown(), Map.of());
        }
        if (!check.conflicts().isEmpty()) {
            String first = check.conflicts().getFirst().message();
            throw new ApiProblem(409, "Host taken", first, check.shown(), Map.of());
        }
    }

    private static void requireVersion(String site, long current, @Nullable Long expected)
            throws ApiProblem {
        if (expected != null && expected != current) {
            throw otherVersion(site, current);
        }
    }

    private static ApiProblem otherVersion(String site, long current) {
        return new ApiProblem(
                412,
                "Another version",
                current == 0
                        ? "there is no site '" + site + "'"
                        : "site '" + site + "' has version " + current,
                List.of(),
                current == 0 ? Map.of() : Map.of("ETag", "\"" + current + "\""));
    }
}
