package dev.skerry.control.store.etcd;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;

/**
 * A site, or how far the versions had counted of one that is gone.
 *
 * @param version of the last document
 * @param history the one that the counter belongs to
 * @param counter the change that brought it, or ended the site
 * @param live whether there is such a site
 */
record SiteRow(String site, long version, String history, long counter, boolean live) {
    static SiteRow read(String site, String key, String text) throws IOException {
        JsonNode json = Json.read(key, text);
        return new SiteRow(
                site,
                json.path("version").asLong(),
                json.path("history").asText(),
                json.path("counter").asLong(),
                json.path("live").asBoolean());
    }

    String text() {
        return Json.object()
                .put("version", version)
                .put("history", history)
                .put("counter", counter)
                .put("live", live)
                .toString();
    }

    /** Counters of another history mean nothing: there the site is as old as the history. */
    long counterIn(Head head) {
        return history.equals(head.history()) ? counter : head.floor();
    }
}
