package dev.skerry.net.ring;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.ToIntFunction;

/**
 * Weighted rendezvous hashing (highest random weight): every member has a score for a key, and the
 * members in the order of their scores are the key's preferences. Whoever knows the same members
 * gets the same order, and a member that leaves moves its own keys only, in equal parts to the
 * others. Immutable.
 */
public final class Rendezvous<T> {
    private final List<Member<T>> members;
    private final long[] seeds;
    private final long totalWeight;

    private Rendezvous(List<Member<T>> members) {
        this.members = members;
        this.seeds = members.stream().mapToLong(m -> StableHash.of(0, m.name())).toArray();
        this.totalWeight = members.stream().mapToLong(Member::weight).sum();
    }

    /**
     * A ring of members.
     *
     * @throws IllegalArgumentException when there is none, or two have the same name
     */
    public static <T> Rendezvous<T> of(List<Member<T>> members) {
        if (members.isEmpty()) {
            throw new IllegalArgumentException("a ring without members");
        }
        Set<String> names = new HashSet<>();
        for (Member<T> member : members) {
            if (!names.add(member.name())) {
                throw new IllegalArgumentException("two members named " + member.name());
            }
        }
        return new Rendezvous<>(List.copyOf(members));
    }

    /** The member responsible for {@code key}: the first of {@link #order(long)}, in less time. */
    public T first(long key) {
        Member<T> best = members.getFirst();
        double bestScore = score(key, seeds[0], best.weight());
        for (int i = 1; i < seeds.length; i++) {
            Member<T> member = members.get(i);
            double score = score(key, seeds[i], member.weight());
            int order = Double.compare(score, bestScore);
            if (order > 0 || (order == 0 && member.name().compareTo(best.name()) < 0)) {
                best = member;
                bestScore = score;
            }
        }
        return best.value();
    }

    /** All members, the one responsible for {@code key} first. */
    public List<T> order(long key) {
        List<T> values = new ArrayList<>(members.size());
        for (Scored<T> scored : scored(key)) {
            values.add(scored.member.value());
        }
        return values;
    }

    /**
     * All members in the order of {@link #order(long)}, except that those which carry more than
     * their bounded share come last. A hot key so spills to its second member instead of drowning
     * its first, and all other keys stay where they are.
     *
     * @param load how much a member carries now, at least 0
     */
    public List<T> order(long key, ToIntFunction<T> load, LoadBound bound) {
        List<T> within = new ArrayList<>(members.size());
        List<T> beyond = new ArrayList<>();
        long total = 0;
        for (Member<T> member : members) {
            total += load.applyAsInt(member.value());
        }
        for (Scored<T> scored : scored(key)) {
            Member<T> member = scored.member;
            double share = (double) total * member.weight() / totalWeight;
            (bound.exceededBy(load.applyAsInt(member.value()), share) ? beyond : within)
                    .add(member.value());
        }
        within.addAll(beyond);
        return within;
    }

    private List<Scored<T>> scored(long key) {
        List<Scored<T>> scored = new ArrayList<>(members.size());
        for (int i = 0; i < seeds.length; i++) {
            Member<T> member = members.get(i);
            scored.add(new Scored<>(member, score(key, seeds[i], member.weight())));
        }
        scored.sort(
                Comparator.comparingDouble((Scored<T> s) -> s.score)
                        .reversed()
                        .thenComparing(s -> s.member.name()));
        return scored;
    }

    /**
     * {@code -weight / ln(u)} with u uniform in (0, 1): the chance to score highest is then in
     * proportion to the weight. StrictMath, because nodes on different machines must agree.
     */
    private static double score(long key, long seed, int weight) {
        double uniform = ((StableHash.mix(key ^ seed) >>> 11) + 0.5) * 0x1.0p-53;
        return -weight / StrictMath.log(uniform);
    }

    private record Scored<T>(Member<T> member, double score) {}

    /**
     * One member.
     *
     * @param name by which all nodes know it; the order of keys depends on it alone
     * @param weight from 1 to 1,000,000
     */
    public record Member<T>(String name, int weight, T value) {
        /** Checks the weight. */
        public Member {
            if (weight < 1 || weight > 1_000_000) {
                throw new IllegalArgumentException(
                        "weight of " + name + " is " + weight + ", not 1 to 1000000");
            }
        }
    }

    /**
     * How much a member may carry before its keys spill over.
     *
     * @param factor of its weighted share of all load; above 1
     * @param floor a load up to which it is never passed over: with few requests an average says
     *     nothing
     */
    public record LoadBound(double factor, int floor) {
        /** 1.25 times the share, from 64 requests up. */
        public static final LoadBound DEFAULT = new LoadBound(1.25, 64);

        private boolean exceededBy(int load, double share) {
            return load > floor && load > factor * share;
        }
    }
}
