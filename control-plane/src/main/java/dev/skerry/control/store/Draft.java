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
     * The end of a site; {@link StaleVersion} when there is no such site.
     *
     * @param expected the version that it has; null when that does not matter
     */
    record DeleteSite(String site, @Nullable Long expected) implements Draft {}
}
