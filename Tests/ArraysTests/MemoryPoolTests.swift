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
    let sizes = [1, 63, 65, 5000, 1 << 21]
    let blocks = sizes.map { MemoryPool.shared.allocate($0) }
    for block in blocks { #expect(UInt(bitPattern: block) % 64 == 0) }
    #expect(Set(blocks).count == blocks.count)
    for (block, size) in zip(blocks, sizes) { MemoryPool.shared.release(block, byteCount: size) }
  }

  /// In a process of its own, where nobody else allocates.
  @Test func givesAgainWhatCameBack() async {
    await #expect(processExitsWith: .success) {
      let pool = MemoryPool.shared
      let first = pool.allocate(5000)
      let before = pool.statistics
      pool.release(first, byteCount: 5000)
      #expect(pool.statistics.bytesInUse == before.bytesInUse - 5120)
      #expect(pool.statistics.bytesKept == before.bytesKept + 5120)
      #expect(pool.allocate(4999) == first)
      #expect(pool.statistics.systemAllocations == before.systemAllocations)
      #expect(pool.allocate(50_000) != first)
      #expect(pool.statistics.systemAllocations == before.systemAllocations + 1)
    }
  }

  /// What is kept stays below the most that was in use, plus 64 MiB.
  @Test func givesBackWhatIsTooMuch() async {
    await #expect(processExitsWith: .success) {
      let pool = MemoryPool.shared
      for megabytes in 1...40 {
        pool.release(pool.allocate(megabytes << 20), byteCount: megabytes << 20)
      }
      let statistics = pool.statistics
      #expect(statistics.bytesInUse == 0)
      #expect(statistics.bytesKept <= statistics.peakBytesInUse + 64 << 20)
      pool.releaseKept()
      #expect(pool.statistics.bytesKept == 0)
    }
  }

  /// An array gives its memory back with the last of its views.
  @Test func viewsKeepTheirArray() async {
    await #expect(processExitsWith: .success) {
      let pool = MemoryPool.shared
      let layout = Layout(contiguous: [100])
      var view: NDArray? = NDArray(uninitialized: layout, .float32).view(
        Layout(shape: [50], strides: [2]))
      #expect(pool.statistics.bytesInUse == 448)
      #expect(view?.count == 50)
      view = nil
      #expect(pool.statistics.bytesInUse == 0)
    }
  }
}
