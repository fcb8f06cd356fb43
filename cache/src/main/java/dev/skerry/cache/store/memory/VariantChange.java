package dev.skerry.cache.store.memory;

import dev.skerry.cache.store.ResponseStore.PutResult;
import dev.skerry.cache.store.Variants;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One change of what is stored under a key. It is applied inside the cache's atomic section and
 * settled outside: there the references of what it dropped are given back.
 */
final class VariantChange {
    private final @Nullable MemoryResponse out;
    private final @Nullable MemoryResponse in;
    private final int cap;
    private final @Nullable Found below;
    private final List<MemoryResponse> dropped = new ArrayList<>(1);
    private @Nullable PutResult outcome;

    /**
     * Whether {@code out} (null: nothing) has to be what is stored of the variant of {@code in}.
     */
    private boolean exactly;

    /** Whether {@code in} takes the place of {@code out} even if it was born before. */
    private boolean heir;

    /** Whether {@code in} comes to stand where {@code out} stood, and is otherwise the same. */
    private boolean inPlace;

    private boolean incomplete;
    private boolean installed;

    private VariantChange(
            @Nullable MemoryResponse out,
            @Nullable MemoryResponse in,
            int cap,
            @Nullable Found below) {
        this.out = out;
        this.in = in;
        this.cap = cap;
        this.below = below;
    }

    /** Adds a part, with the rules of {@link dev.skerry.cache.store.ResponseStore#putPart}. */
    static VariantChange putPart(
            @Nullable MemoryResponse seen,
            MemoryResponse in,
            boolean joined,
            int cap,
            @Nullable Found below) {
        VariantChange change = new VariantChange(seen, in, cap, below);
        change.exactly = true;
        change.heir = joined;
        return change;
    }

    /** Adds a response, with the rules of {@link dev.skerry.cache.store.ResponseStore#put}. */
    static VariantChange put(MemoryResponse in, int cap, @Nullable Found below) {
        return new VariantChange(null, in, cap, below);
    }

    /** Puts a response in the place of another one, if that is still there. */
    static VariantChange exchange(
            MemoryResponse out, MemoryResponse in, int cap, @Nullable Found below) {
        return new VariantChange(out, in, cap, below);
    }

    /** Puts the same response, brought elsewhere, where another one stands, if it is there. */
    static VariantChange swap(MemoryResponse out, MemoryResponse in) {
        VariantChange change = new VariantChange(out, in, Integer.MAX_VALUE, null);
        change.inPlace = true;
        return change;
    }

    /** Takes a response out, if it is still there. */
    static VariantChange remove(MemoryResponse out) {
        return new VariantChange(out, null, 1, null);
    }

    /** What is to be stored instead of {@code before}; null for nothing. */
    @Nullable Variants apply(@Nullable Variants before) {
        dropped.clear();
        outcome = null;
        incomplete = before == null && below == null;
        installed = false;
        if (incomplete) {
            return null;
        }
        List<MemoryResponse> responses =
                before == null && below != null
                        ? new ArrayList<>(below.responses())
                        : listOf(before);
        if (exactly && in != null && !isStored(out, in, responses)) {
            outcome = PutResult.CHANGED;
            return before;
        }
        if (out != null && (!exactly || heir)) {
            MemoryResponse there = same(out, responses);
            if (there == null) {
                return before;
            }
            if (inPlace && in != null) {
                responses.set(responses.indexOf(there), in);
                dropped.add(there);
                outcome = PutResult.STORED;
                return variantsOf(responses);
            }
            responses.remove(there);
            dropped.add(there);
        }
        if (in != null) {
            outcome = insert(in, responses);
        }
        if (dropped.isEmpty() && !stored()) {
            return before;
        }
        installed = before == null;
        return variantsOf(responses);
    }

    /** What is stored below, if nothing is in memory; null when that has not been looked up. */
    @Nullable Found below() {
        return below;
    }

    /** Whether nothing was done, because what is below has to be looked up first. */
    boolean incomplete() {
        return incomplete;
    }

    /** Whether what is below is in memory now, but for what was dropped of it. */
    boolean installed() {
        return installed;
    }

    /** What became of the response that was put; null when there was none, or no place for it. */
    @Nullable PutResult outcome() {
        return outcome;
    }

    /** Whether the response that was put is stored. */
    boolean stored() {
        return outcome == PutResult.STORED || outcome == PutResult.STORED_AT_VARIANT_CAP;
    }

    /** What the cache gave up by this change: one reference each. */
    List<MemoryResponse> dropped() {
        return dropped;
    }

    /** A list that may be changed. */
    static List<MemoryResponse> listOf(@Nullable Variants variants) {
        return switch (variants) {
            case null -> new ArrayList<>(1);
            case SeveralVariants several -> new ArrayList<>(several.responses());
            default -> new ArrayList<>(List.of((MemoryResponse) variants));
        };
    }

    /** Whether {@code seen} is what is stored of the variant of {@code in}. */
    private static boolean isStored(
            @Nullable MemoryResponse seen, MemoryResponse in, List<MemoryResponse> responses) {
        for (MemoryResponse other : responses) {
            if (other.sameVariant(in)) {
                return seen != null && other.isSame(seen);
            }
        }
        return seen == null;
    }

    private static @Nullable MemoryResponse same(
            MemoryResponse wanted, List<MemoryResponse> responses) {
        for (MemoryResponse response : responses) {
            if (response.isSame(wanted)) {
                return response;
            }
        }
        return null;
    }

    private PutResult insert(MemoryResponse response, List<MemoryResponse> others) {
        for (MemoryResponse other : others) {
            if (other.sameVariant(response)) {
                if (response.olderThan(other)) {
                    return PutResult.OLDER;
                }
                dropped.add(other);
            }
        }
        others.removeAll(dropped);
        others.addFirst(response);
        if (others.size() <= cap) {
            return PutResult.STORED;
        }
        while (others.size() > cap) { // more than one when the key was filled under a higher cap
            dropped.add(others.removeLast());
        }
        return PutResult.STORED_AT_VARIANT_CAP;
    }

    static @Nullable Variants variantsOf(List<MemoryResponse> responses) {
        return switch (responses.size()) {
            case 0 -> null;
            case 1 -> responses.getFirst();
            default -> new SeveralVariants(List.copyOf(responses));
        };
    }
}
