package dev.skerry.proxy.pipeline;

import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.policy.CacheRules;
import dev.skerry.cache.policy.Compression;
import dev.skerry.cache.policy.ContentCoding;
import dev.skerry.config.CacheSettings;
import dev.skerry.config.CompressSettings;
import dev.skerry.config.FieldEdits;
import dev.skerry.config.Rule;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Puts what was configured into the words of the cache, which knows no configuration. */
final class RuleMapping {
    private RuleMapping() {}

    static CacheRules rules(Rule rule, long maxObjectBytes, boolean forNodes) {
        CacheSettings cache = rule.cache();
        return CacheRules.DEFAULT.toBuilder()
                .ttlMillis(millis(cache.ttl()))
                .ttlByStatusMillis(byStatus(cache))
                .defaultTtlMillis(millis(cache.defaultTtl()))
                .staleWhileRevalidateMillis(cache.staleWhileRevalidate().toMillis())
                .staleIfErrorMillis(cache.staleIfError().toMillis())
                .honourRequestDirectives(
                        cache.clientCacheControl() == CacheSettings.ClientCacheControl.HONOUR)
                .selectByLanguage(cache.selectLanguage())
                .varyCap(cache.varyCap())
                .hitForMissMillis(cache.hitForMiss().toMillis())
                .extraTags(rule.tags())
                .maxObjectBytes(maxObjectBytes)
                .forNodes(forNodes)
                .build();
    }

    /** Null when nothing is coded. */
    static @Nullable Compression compression(CompressSettings settings) {
        if (settings.codings().isEmpty()) {
            return null;
        }
        Map<ContentCoding, Integer> levels = new EnumMap<>(ContentCoding.class);
        levels.put(ContentCoding.BR, settings.brLevel());
        levels.put(ContentCoding.ZSTD, settings.zstdLevel());
        levels.put(ContentCoding.GZIP, settings.gzipLevel());
        return new Compression(
                settings.codings().stream().map(RuleMapping::coding).toList(),
                levels,
                settings.minSize(),
                settings.maxSize(),
                type -> settings.types().stream().anyMatch(glob -> glob.matches(type)));
    }

    private static ContentCoding coding(CompressSettings.Coding coding) {
        return switch (coding) {
            case BR -> ContentCoding.BR;
            case ZSTD -> ContentCoding.ZSTD;
            case GZIP -> ContentCoding.GZIP;
        };
    }

    static UnaryOperator<FieldList> edits(FieldEdits edits) {
        if (edits.isEmpty()) {
            return fields -> fields;
        }
        return fields -> {
            FieldList.Builder changed = fields.toBuilder();
            edits.remove().forEach(changed::remove);
            edits.set().forEach(line -> changed.set(line.name(), line.value()));
            edits.add().forEach(line -> changed.add(line.name(), line.value()));
            return changed.build();
        };
    }

    private static long millis(@Nullable Duration duration) {
        return duration == null ? CacheRules.UNSET : duration.toMillis();
    }

    /** Classes of statuses are spelt out, the single status first. */
    private static Map<Integer, Long> byStatus(CacheSettings cache) {
        if (cache.statusTtl().isEmpty()) {
            return Map.of();
        }
        Map<Integer, Long> ttls = new HashMap<>();
        for (int status = 100; status < 600; status++) {
            Duration exact = cache.statusTtl().get(status);
            Duration ttl = exact != null ? exact : cache.statusTtl().get(status / 100);
            if (ttl != null) {
                ttls.put(status, ttl.toMillis());
            }
        }
        return ttls;
    }
}
