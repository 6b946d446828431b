import Arrays
import Testing

@Suite struct MemoryPoolTests {
  @Test(arguments: [
    (0, 0, 64), (1, 0, 64), (64, 0, 64), (65, 1, 128), (1024, 15, 1024), (1025, 16, 1152),
    (1152, 16, 1152), (1153, 17, 1280), (2048, 23, 2048), (2049, 24, 2304), (1 << 20, 95, 1 << 20),
  ])
  func roundsToSizeClasses(_ bytes: Int, _ index: Int, _ size: Int) {
    let found = MemoryPool.sizeClass(bytes)
    #expect(found.index == index)
    #expect(found.byteCount == size)
  }

  @Test func losesAtMostAnEighth() {
    var previous = (index: -1, byteCount: 0)
    for bytes in stride(from: 1, to: 200_000, by: 7) {
      let found = MemoryPool.sizeClass(bytes)
      #expect(found.byteCount >= bytes)
      if bytes > 512 { #expect(found.byteCount - bytes <= bytes / 8) }
      #expect(found.index >= previous.index && found.byteCount >= previous.byteCount)
      #expect((found.index == previous.index) == (found.byteCount == previous.byteCount))
      previous = found
    }
  }

  @Test func memoryIsAligned() {
    let storages = [1, 63, 65, 5000, 1 << 21].map { Storage(byteCount: $0) }
    for storage in storages { #expect(UInt(bitPattern: storage.pointer) % 64 == 0) }
    #expect(Set(storages.map(\.pointer)).count == storages.count)
  }

  /// In a process of its own, where nobody else allocates.
  @Test func givesAgainWhatCameBack() async {
    await #expect(processExitsWith: .success) {
      let pool = MemoryPool.shared
      var first: Storage? = Storage(byteCount: 5000)
      let address = first?.pointer
      let before = pool.statistics
      first = nil
      #expect(pool.statistics.bytesInUse == before.bytesInUse - 5120)
      #expect(pool.statistics.bytesKept == before.bytesKept + 5120)
      let second = Storage(byteCount: 4999)
      #expect(second.pointer == address)
      #expect(pool.statistics.systemAllocations == before.systemAllocations)
      let other = Storage(byteCount: 50_000)
      #expect(pool.statistics.systemAllocations == before.systemAllocations + 1)
      withExtendedLifetime((second, other)) {}
    }
  }

  /// What is kept stays below the most that was in use, plus 64 MiB.
  @Test func givesBackWhatIsTooMuch() async {
    await #expect(processExitsWith: .success) {
      let pool = MemoryPool.shared
      for megabytes in 1...40 { _ = Storage(byteCount: megabytes << 20) }
      let statistics = pool.statistics
      #expect(statistics.bytesInUse == 0)
      #expect(statistics.bytesKept <= statistics.peakBytesInUse + 64 << 20)
      pool.releaseKept()
      #expect(pool.statistics.bytesKept == 0)
    }
  }
}
