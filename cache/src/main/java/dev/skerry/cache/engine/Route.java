package dev.skerry.cache.engine;

import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.policy.CacheRules;
import dev.skerry.cache.policy.Compression;
import dev.skerry.cache.policy.MissReason;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What configuration decided for the requests of one rule. Made once per rule and configuration,
 * shared by its requests.
 *
 * @param site the site's name
 * @param liveness what purges did to the site's responses
 * @param controlLoss what is done while the node is cut off
 * @param rules what the site says about caching
 * @param compression which codings are made here of what is answered; null for none
 * @param targets makes a target canonical: the site's rule for queries
 * @param pass why the cache is passed by, or null when it is not
 * @param upstream where misses go
 * @param requestFields changes the fields that go upstream
 * @param responseFields changes the fields that came from upstream, before they are stored
 */
public record Route(
        String site,
        Liveness liveness,
        ControlLoss controlLoss,
        CacheRules rules,
        @Nullable Compression compression,
        UnaryOperator<String> targets,
        @Nullable MissReason pass,
        Upstream upstream,
        UnaryOperator<FieldList> requestFields,
        UnaryOperator<FieldList> responseFields) {
    /**
     * The site's edits of fields that come before or after the final head: those that the edits
     * would add are for that head.
     */
    FieldList editedBeside(FieldList came) {
        return came.size() == 0
                ? came
                : responseFields.apply(came).toBuilder()
                        .removeIf((name, value) -> !came.contains(name))
                        .build();
    }
}
