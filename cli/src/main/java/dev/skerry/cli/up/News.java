package dev.skerry.cli.up;

import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.http.HttpDate;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;

/**
 * What the keeper of the light sees: another observation every five seconds, made of its number
 * alone. Caches that can be purged may keep one for an hour, so that a purge can be seen.
 */
final class News {
    /** How long an observation is the last one. */
    static final long PERIOD_MILLIS = 5_000;

    private static final List<String> WINDS =
            List.of("south-west", "west", "north-west", "south", "north", "east");
    private static final List<String> SEAS = List.of("smooth", "slight", "moderate", "rough");
    private static final List<String> SIGHTS = List.of("good", "moderate", "good", "poor", "fog");
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss").withZone(ZoneOffset.UTC);

    private News() {}

    /** The last observation. */
    static Representation at(long wallMillis) {
        long number = Math.floorDiv(wallMillis, PERIOD_MILLIS);
        long since = number * PERIOD_MILLIS;
        String text =
                "Observation %d, %s UTC: wind %s %d, sea %s, visibility %s.\n"
                        .formatted(
                                number,
                                TIME.format(Instant.ofEpochMilli(since)),
                                pick(WINDS, number * 7),
                                2 + Math.floorMod(number * 5, 7),
                                pick(SEAS, number * 3),
                                pick(SIGHTS, number));
        FieldList fields =
                FieldList.of(
                        "Content-Type",
                        "text/plain; charset=utf-8",
                        "Cache-Control",
                        "no-cache",
                        "CDN-Cache-Control",
                        "max-age=3600",
                        "ETag",
                        "\"observation-" + number + "\"",
                        "Last-Modified",
                        HttpDate.format(since),
                        "Surrogate-Key",
                        "site news front");
        return Representation.of(fields, text.getBytes(StandardCharsets.UTF_8));
    }

    private static String pick(List<String> words, long number) {
        return words.get((int) Math.floorMod(number, (long) words.size()));
    }
}
