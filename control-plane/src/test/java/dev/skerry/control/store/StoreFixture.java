package dev.skerry.control.store;

import dev.skerry.config.protocol.Change;
import dev.skerry.config.protocol.PurgeRecord;
import dev.skerry.config.protocol.PurgeRecord.Mode;
import dev.skerry.config.protocol.PurgeRecord.Scope;
import dev.skerry.control.store.ControlStore.Appended;
import dev.skerry.testkit.ManualClock;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A store, whichever, and words to speak to it. */
abstract class StoreFixture {
    protected final ManualClock clock = new ManualClock();

    private @Nullable ControlStore opened;

    /** Opens the store of this test: empty the first time, later with what it had. */
    protected abstract ControlStore open(StoreLimits limits) throws IOException;

    @BeforeEach
    final void openFirst() throws IOException {
        opened = open(StoreLimits.USUAL);
    }

    @AfterEach
    final void closeLast() throws IOException {
        store().close();
    }

    /** The store that is open now. */
    protected final ControlStore store() {
        if (opened == null) {
            throw new AssertionError("no store is open");
        }
        return opened;
    }

    /** Closes the store and opens it again. */
    protected final void reopen(StoreLimits limits) throws IOException {
        store().close();
        opened = open(limits);
    }

    /** Appends with no records beside. */
    protected final Appended append(Draft... drafts) throws IOException, StaleVersion {
        return store().append(List.of(drafts), changes -> List.of());
    }

    /** Appends one that must be accepted. */
    protected final Change appendOne(Draft draft) throws Exception {
        return append(draft).changes().getFirst();
    }

    /** Changes that are there. */
    protected final List<Change> changes(long after, int most) throws IOException {
        List<Change> changes = store().read(after, most);
        if (changes == null) {
            throw new AssertionError("compacted away: what is after " + after);
        }
        return changes;
    }

    /** A hash that is there. */
    protected final String hashAt(long counter) throws IOException {
        String hash = store().hashAt(counter);
        if (hash == null) {
            throw new AssertionError("no hash at " + counter);
        }
        return hash;
    }

    /** A hard purge of a tag. */
    protected static Draft tag(String site, String tag) {
        return new Draft.Purge(site, Scope.TAG, tag, Mode.HARD);
    }

    /** A soft purge of a tag. */
    protected static Draft softTag(String site, String tag) {
        return new Draft.Purge(site, Scope.TAG, tag, Mode.SOFT);
    }

    /** A purge of a whole site. */
    protected static Draft everything(String site, Mode mode) {
        return new Draft.Purge(site, Scope.EVERYTHING, "", mode);
    }

    /** A document, whatever the version. */
    protected static Draft apply(String site, String document) {
        return new Draft.ApplySite(site, document, null);
    }

    /** What a snapshot holds of a hard purge of a tag. */
    protected final PurgeRecord tagged(long counter, String site, String tag) {
        return new PurgeRecord(counter, site, Scope.TAG, tag, Mode.HARD, clock.millis());
    }

    /** What a snapshot holds of a purge of a whole site. */
    protected final PurgeRecord whole(long counter, String site, Mode mode) {
        return new PurgeRecord(counter, site, Scope.EVERYTHING, "", mode, clock.millis());
    }
}
