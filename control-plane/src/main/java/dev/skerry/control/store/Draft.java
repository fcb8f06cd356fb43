package dev.skerry.control.store;

import dev.skerry.config.protocol.PurgeRecord.Mode;
import dev.skerry.config.protocol.PurgeRecord.Scope;
import org.jspecify.annotations.Nullable;

/** A change that has no place in the order yet. */
public sealed interface Draft {
    /** A purge; see {@link dev.skerry.config.protocol.PurgeRecord} for the value. */
    record Purge(String site, Scope scope, String value, Mode mode) implements Draft {}

    /**
     * A site's new document.
     *
     * @param expected the version that it replaces, 0 when there must be no such site; null when
     *     that does not matter
     */
    record ApplySite(String site, String document, @Nullable Long expected) implements Draft {}

    /**
     * A site as it was in another store; an append of such is for a store that is empty.
     *
     * @param version of its last document, from 1
     * @param document null when there is no such site any more, and only its versions count on
     */
    record RestoreSite(String site, long version, @Nullable String document) implements Draft {}

    /**
     * The end of a site; {@link StaleVersion} when there is no such site.
     *
     * @param expected the version that it has; null when that does not matter
     */
    record DeleteSite(String site, @Nullable Long expected) implements Draft {}
}
