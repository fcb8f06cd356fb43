package dev.skerry.cache.store.memory.block;

/**
 * A set of small integers with its least member at hand: a bitmap under levels of summaries, in
 * which a bit says that the word below is not empty. Every operation touches one word a level. Not
 * thread-safe.
 */
final class BitTree {
    private static final int WORD_SHIFT = 6;

    private final long[][] levels;

    /**
     * @param size members are from 0 to here, exclusive
     */
    BitTree(int size) {
        int depth = 1;
        for (int words = wordsFor(size); words > 1; words = wordsFor(words)) {
            depth++;
        }
        levels = new long[depth][];
        int words = size;
        for (int level = 0; level < depth; level++) {
            words = wordsFor(words);
            levels[level] = new long[words];
        }
    }

    boolean contains(int member) {
        return (levels[0][member >>> WORD_SHIFT] & (1L << member)) != 0;
    }

    void add(int member) {
        int index = member;
        for (long[] level : levels) {
            int word = index >>> WORD_SHIFT;
            long before = level[word];
            level[word] = before | (1L << index);
            if (before != 0) {
                return;
            }
            index = word;
        }
    }

    void remove(int member) {
        int index = member;
        for (long[] level : levels) {
            int word = index >>> WORD_SHIFT;
            level[word] &= ~(1L << index);
            if (level[word] != 0) {
                return;
            }
            index = word;
        }
    }

    /** The least member, or -1 when there is none. */
    int least() {
        int top = levels.length - 1;
        if (levels[top][0] == 0) {
            return -1;
        }
        int word = 0;
        for (int level = top; level >= 0; level--) {
            word = (word << WORD_SHIFT) + Long.numberOfTrailingZeros(levels[level][word]);
        }
        return word;
    }

    private static int wordsFor(int bits) {
        return Math.max(1, (bits + Long.SIZE - 1) >>> WORD_SHIFT);
    }
}
