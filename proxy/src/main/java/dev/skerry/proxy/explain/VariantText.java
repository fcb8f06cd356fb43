package dev.skerry.proxy.explain;

import dev.skerry.cache.engine.Peek;
import dev.skerry.cache.purge.Judgement;
import dev.skerry.config.text.JsonWriter;
import java.util.Locale;
import java.util.function.LongFunction;

/** Says what is stored: how fresh it is, and what purges say about it. */
final class VariantText {
    private final JsonWriter json;
    private final LongFunction<String> revisions;

    VariantText(JsonWriter json, LongFunction<String> revisions) {
        this.json = json;
        this.revisions = revisions;
    }

    void write(Peek.Variant variant) {
        json.object().put("chosen", variant.chosen()).put("matches", variant.matches());
        json.put("status", variant.status()).put("bytes", variant.bodyBytes());
        if (!variant.parts().isEmpty()) {
            json.putAll(
                    "parts",
                    variant.parts().stream()
                            .map(part -> part.from() + "-" + (part.to() - 1))
                            .toList());
        }
        json.put("etag", variant.fields().first("ETag"));
        json.put("cacheControl", variant.fields().combined("Cache-Control"));
        json.putAll("vary", variant.vary());
        json.object("selecting");
        for (int i = 0; i < variant.selecting().size(); i++) {
            json.put(variant.selecting().name(i), variant.selecting().value(i));
        }
        json.end();
        json.putAll("tags", variant.tags());
        json.put("bornAt", revisions.apply(variant.bornAt()));
        freshness(variant);
        purges(variant);
        json.end();
    }

    private void freshness(Peek.Variant variant) {
        json.object("freshness")
                .put("source", word(variant.source()))
                .put("lifetimeMillis", variant.lifetimeMillis())
                .put("ageMillis", variant.ageMillis())
                .put("remainingMillis", variant.lifetimeMillis() - variant.ageMillis())
                .put("staleWhileRevalidateMillis", variant.staleWhileRevalidateMillis())
                .put("staleIfErrorMillis", variant.staleIfErrorMillis())
                .put("mustRevalidate", variant.mustRevalidate())
                .put("alwaysRevalidate", variant.alwaysRevalidate())
                .put("staleUpstream", variant.staleUpstream())
                .put("words", freshnessWords(variant))
                .end();
    }

    private static String freshnessWords(Peek.Variant variant) {
        long left = variant.lifetimeMillis() - variant.ageMillis();
        String sum =
                "lifetime %s (%s) - age %s = %s"
                        .formatted(
                                seconds(variant.lifetimeMillis()),
                                sourceWords(variant),
                                seconds(variant.ageMillis()),
                                seconds(left));
        if (variant.alwaysRevalidate()) {
            return sum + ": no-cache, so it is validated at every use";
        }
        if (left > 0) {
            return sum + ": fresh";
        }
        return variant.mustRevalidate()
                ? sum + ": stale, and may not be used so"
                : "%s: stale; may be used so for %s while it is refreshed, for %s if upstream fails"
                        .formatted(
                                sum,
                                seconds(variant.staleWhileRevalidateMillis()),
                                seconds(variant.staleIfErrorMillis()));
    }

    private static String sourceWords(Peek.Variant variant) {
        return switch (variant.source()) {
            case RULE -> "ttl of the site";
            case CDN_CACHE_CONTROL -> "CDN-Cache-Control";
            case SURROGATE_CONTROL -> "Surrogate-Control";
            case S_MAXAGE -> "s-maxage";
            case MAX_AGE -> "max-age";
            case EXPIRES -> "Expires";
            case HEURISTIC -> "guessed from Last-Modified";
            case DEFAULT_TTL -> "default-ttl of the site";
            case NONE -> "nothing says";
        };
    }

    private void purges(Peek.Variant variant) {
        json.object("purge").put("judgement", word(variant.judgement()));
        json.put("softForMillis", variant.softForMillis());
        json.list("records");
        for (Peek.Purged purged : variant.purges()) {
            json.object()
                    .put("what", purged.what())
                    .put("mode", word(purged.mode()))
                    .put(
                            "revision",
                            purged.local()
                                    ? "local " + purged.revision()
                                    : revisions.apply(purged.revision()))
                    .put("applies", applies(variant, purged))
                    .end();
        }
        json.endList().put("words", purgeWords(variant)).end();
    }

    /** A response is concerned by what was purged after it was born. */
    private static boolean applies(Peek.Variant variant, Peek.Purged purged) {
        return (purged.local() ? variant.bornAtLocal() : variant.bornAt()) < purged.revision();
    }

    private String purgeWords(Peek.Variant variant) {
        if (variant.judgement() == Judgement.ALIVE) {
            return variant.purges().isEmpty() ? "never purged" : "born after every purge of it";
        }
        String by =
                variant.purges().stream()
                        .filter(purged -> applies(variant, purged))
                        .findFirst()
                        .map(purged -> " by a purge of " + purged.what())
                        .orElse("");
        return variant.judgement() == Judgement.HARD
                ? "dead" + by
                : "stale" + by + " for " + seconds(variant.softForMillis());
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Tenths below ten seconds, whole seconds above. */
    private static String seconds(long millis) {
        return Math.abs(millis) < 10_000 && millis % 1000 != 0
                ? String.format(Locale.ROOT, "%.1fs", millis / 1000.0)
                : millis / 1000 + "s";
    }
}
