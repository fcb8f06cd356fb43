package dev.skerry.cache.engine;

import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.http.ResponseHead;
import dev.skerry.cache.policy.FreshnessLifetime;
import dev.skerry.cache.policy.Validation;
import dev.skerry.cache.policy.VaryMatch;
import dev.skerry.cache.purge.Judgement;
import dev.skerry.cache.store.Looked;
import dev.skerry.cache.store.ResponseStore;
import dev.skerry.cache.store.StoredResponse;
import dev.skerry.cache.store.Variants;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The stored responses that upstream is asked to confirm: the selected one, and the other variants
 * of the key that have a strong tag (RFC 9111 §4.3.1). Holds a reference to each.
 *
 * <p>Stricter than the RFC in two points, since origins give one tag to what they should not: weak
 * tags name the selected response alone, and what was chosen for another Accept-Encoding is not
 * named.
 *
 * @param selected whether the first is the one that the request selects
 */
record Candidates(boolean selected, List<StoredResponse> responses, List<ResponseHead> heads) {
    static final Candidates NONE = new Candidates(false, List.of(), List.of());

    private static final String ACCEPT_ENCODING = "accept-encoding";
    private static final List<String> BY_CODING = List.of(ACCEPT_ENCODING);

    /**
     * Those of a request. They are judged now: after the revisions have been read that a
     * confirmation will stand for (PURGE.md rules 8 and 9).
     *
     * @param base the selected response, which the caller holds
     */
    static Candidates of(CacheRequest request, @Nullable StoredResponse base, ResponseStore store) {
        List<StoredResponse> responses = new ArrayList<>();
        List<ResponseHead> heads = new ArrayList<>();
        if (base != null) {
            ResponseHead head = base.head().head();
            if (mayConfirm(request, base, head) && base.retain()) {
                responses.add(base);
                heads.add(head);
                if (!head.fields().contains("ETag")) {
                    // Beside a tag of another, upstream would not look at its date.
                    return new Candidates(true, responses, heads);
                }
            }
        }
        boolean selected = !responses.isEmpty();
        try (Looked looked = store.look(request.key())) {
            addOthers(request, base, looked.variants(), responses, heads);
        }
        return responses.isEmpty() ? NONE : new Candidates(selected, responses, heads);
    }

    private static void addOthers(
            CacheRequest request,
            @Nullable StoredResponse base,
            @Nullable Variants variants,
            List<StoredResponse> responses,
            List<ResponseHead> heads) {
        for (int i = 0; variants != null && i < variants.count(); i++) {
            StoredResponse other = variants.get(i);
            if (other.retain()) {
                ResponseHead head = other.head().head();
                if (!isSame(other, base) && mayConfirmInstead(request, other, head)) {
                    responses.add(other);
                    heads.add(head);
                } else {
                    other.release();
                }
            }
        }
    }

    boolean isEmpty() {
        return responses.isEmpty();
    }

    /** The fields that name them. */
    FieldList fields() {
        return selected
                ? Validation.conditionalFields(heads.getFirst(), heads.subList(1, heads.size()))
                : Validation.conditionalFields(null, heads);
    }

    /** The one that a 304 confirms (RFC 9111 §4.3.4); null when that cannot be said. */
    @Nullable StoredResponse confirmed(ResponseHead notModified) {
        int index = Validation.confirmed(notModified, heads);
        if (index < 0) {
            return null;
        }
        String tag = notModified.fields().first("ETag");
        ResponseHead head = heads.get(index);
        boolean sure =
                heads.size() == 1
                        || (tag == null
                                ? isOnlyOneOf(head.fields().first("Last-Modified"))
                                : (index == 0 && selected)
                                        || tag.equals(head.fields().first("ETag")));
        return sure ? responses.get(index) : null;
    }

    void release() {
        responses.forEach(StoredResponse::release);
    }

    private boolean isOnlyOneOf(@Nullable String modified) {
        return modified != null
                && heads.stream()
                                .filter(h -> modified.equals(h.fields().first("Last-Modified")))
                                .count()
                        == 1;
    }

    private static boolean mayConfirm(
            CacheRequest request, StoredResponse base, ResponseHead head) {
        Judgement judgement = request.route().liveness().judgeHit(request, base);
        return FreshnessLifetime.hasValidator(head.fields())
                && judgement != Judgement.HARD
                && ((judgement == Judgement.ALIVE && !request.isDoubted())
                        || Validation.hasStrongTag(head.fields()));
    }

    private static boolean mayConfirmInstead(
            CacheRequest request, StoredResponse other, ResponseHead head) {
        return other.isWhole()
                && Validation.hasStrongTag(head.fields())
                && other.bornAt() >= request.demandedNeed()
                && request.route().liveness().judgeHit(request, other) != Judgement.HARD
                && (!other.vary().contains(ACCEPT_ENCODING)
                        || VaryMatch.matches(
                                BY_CODING, other.selecting(), request.head().fields()));
    }

    /** A response that came up from below twice is two objects. */
    private static boolean isSame(StoredResponse one, @Nullable StoredResponse other) {
        return other != null
                && one.bodyId() == other.bodyId()
                && one.vary().equals(other.vary())
                && one.selecting().equals(other.selecting());
    }
}
