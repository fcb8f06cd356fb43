package dev.skerry.control.access;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skerry.control.http.Caller;
import dev.skerry.control.http.Resource.Verb;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A token as it is recorded.
 *
 * @param sha256 of its secret, as hexadecimal digits
 * @param created when, ISO 8601
 * @param who made it
 */
record Token(Caller caller, String sha256, String created, String who) {
    String name() {
        return caller.name();
    }

    byte[] hash() {
        return HexFormat.of().parseHex(sha256);
    }

    /** What clients see: everything but the hash. */
    ObjectNode shown() {
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        document.put("name", name());
        for (Verb verb : new TreeSet<>(caller.verbs())) {
            document.withArrayProperty("verbs").add(verb.name().toLowerCase(Locale.ROOT));
        }
        Set<String> sites = caller.sites();
        if (sites != null) {
            new TreeSet<>(sites).forEach(document.putArray("sites")::add);
        }
        if (caller.rate() != null) {
            document.put("rate", caller.rate());
        }
        return document.put("created", created).put("who", who);
    }

    /** What the store keeps. */
    String record() {
        return shown().put("sha256", sha256).toString();
    }

    static Token read(JsonNode record) {
        Set<Verb> verbs = EnumSet.noneOf(Verb.class);
        for (JsonNode verb : record.path("verbs")) {
            verbs.add(Verb.valueOf(verb.asText().toUpperCase(Locale.ROOT)));
        }
        return new Token(
                new Caller(
                        record.path("name").asText(),
                        verbs,
                        sites(record),
                        record.has("rate") ? record.path("rate").asInt() : null),
                record.path("sha256").asText(),
                record.path("created").asText(),
                record.path("who").asText());
    }

    private static @Nullable Set<String> sites(JsonNode record) {
        if (!record.has("sites")) {
            return null;
        }
        Set<String> sites = new TreeSet<>();
        record.path("sites").forEach(site -> sites.add(site.asText()));
        return sites;
    }
}
