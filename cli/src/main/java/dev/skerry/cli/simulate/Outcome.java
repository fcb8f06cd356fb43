package dev.skerry.cli.simulate;

/**
 * What a replay came to.
 *
 * @param memory bytes of memory
 * @param disk bytes of disk; 0 for none
 * @param oneIn of so many objects one was replayed, in tiers as much smaller
 * @param requests replayed
 * @param memoryHits of them answered from memory
 * @param diskHits of them answered from the disk
 * @param bytes requested
 * @param missedBytes of them not found
 * @param written bytes written to the disk
 */
record Outcome(
        long memory,
        long disk,
        int oneIn,
        long requests,
        long memoryHits,
        long diskHits,
        long bytes,
        long missedBytes,
        long written) {
    double missPercent() {
        return percent(requests - memoryHits - diskHits, requests);
    }

    double byteMissPercent() {
        return percent(missedBytes, bytes);
    }

    double memoryPercent() {
        return percent(memoryHits, requests);
    }

    double diskPercent() {
        return percent(diskHits, requests);
    }

    double writtenPerByte() {
        return bytes == 0 ? 0 : (double) written / bytes;
    }

    private static double percent(long part, long whole) {
        return whole == 0 ? 0 : 100.0 * part / whole;
    }
}
