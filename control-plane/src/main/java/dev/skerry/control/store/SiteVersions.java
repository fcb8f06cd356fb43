package dev.skerry.control.store;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skerry.config.protocol.Change;
import java.util.Locale;

/**
 * The documents that a site has had, as records that every store writes with {@link
 * Change.SiteApplied}: {@code sites/SITE/versions/0000000042} → {@code {"version", "history",
 * "counter", "acceptedAtMillis", "document"}}. They stay when the site is deleted; the oldest go
 * when there are more than {@link StoreLimits#versions}.
 */
public final class SiteVersions {
    private SiteVersions() {}

    /** What the names of a site's versions begin with. */
    public static String prefix(String site) {
        return "sites/" + site + "/versions/";
    }

    /** The name of a version; ten digits, so that names sort as versions do. */
    public static String name(String site, long version) {
        return prefix(site) + String.format(Locale.ROOT, "%010d", version);
    }

    /**
     * The record of a version.
     *
     * @param history the one that the change's counter belongs to
     */
    public static ControlStore.Entry entry(String history, Change.SiteApplied applied) {
        ObjectNode value = JsonNodeFactory.instance.objectNode();
        value.put("version", applied.version());
        value.put("history", history);
        value.put("counter", applied.counter());
        value.put("acceptedAtMillis", applied.acceptedAtMillis());
        value.put("document", applied.document());
        return new ControlStore.Entry(name(applied.site(), applied.version()), value.toString());
    }
}
