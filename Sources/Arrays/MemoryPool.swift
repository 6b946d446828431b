import CKernels
import Synchronization

/// Recycles the memory of arrays, so that a training step in steady state asks the system for
/// nothing.
///
/// Blocks are kept by size class: multiples of 64 bytes up to 1 KiB, then eight classes to every
/// doubling, so that at most an eighth is lost to rounding. What is kept never exceeds the most
/// that was in use at one time (plus 64 MiB); beyond that a released block goes back to the system.
package final class MemoryPool: Sendable {
  package static let shared = MemoryPool()

  /// What the pool has done since the program started, in blocks and bytes.
  package struct Statistics: Sendable {
    /// Blocks asked of the system.
    package var systemAllocations = 0
    /// Bytes in live arrays, rounded up to their size classes.
    package var bytesInUse = 0
    /// The most that `bytesInUse` has been.
    package var peakBytesInUse = 0
    /// Bytes kept for reuse.
    package var bytesKept = 0
  }

  private struct State: ~Copyable {
    var kept: [[UInt]]
    var statistics = Statistics()
  }

  /// No block is larger; processors address less.
  private static let largestBlock = 1 << 50
  private static let classCount = 16 + 8 * 40
  private let state: Mutex<State>

  private init() {
    state = Mutex(State(kept: Array(repeating: [], count: MemoryPool.classCount)))
  }

  package var statistics: Statistics { state.withLock { $0.statistics } }

  /// The size class of a block, and its size.
  package static func sizeClass(_ byteCount: Int) -> (index: Int, byteCount: Int) {
    if byteCount <= 1024 {
      let units = max(1, (byteCount + 63) / 64)
      return (units - 1, units * 64)
    }
    let power = Int.bitWidth - 1 - (byteCount - 1).leadingZeroBitCount
    let step = 1 << (power - 3)
    let eighths = (byteCount - (1 << power) + step - 1) / step
    return (16 + (power - 10) * 8 + eighths - 1, (1 << power) + eighths * step)
  }

  /// Memory of at least `byteCount` bytes, 64-byte aligned, contents undefined. Stops where the
  /// system has none left, even after everything that is kept was given back.
  package func allocate(_ byteCount: Int) -> UnsafeMutableRawPointer {
    if byteCount > MemoryPool.largestBlock { MemoryPool.stopWithoutMemory(byteCount) }
    let (index, size) = MemoryPool.sizeClass(byteCount)
    let kept: UInt? = state.withLock { state in
      state.statistics.bytesInUse += size
      state.statistics.peakBytesInUse = max(
        state.statistics.peakBytesInUse, state.statistics.bytesInUse)
      if let block = state.kept[index].popLast() {
        state.statistics.bytesKept -= size
        return block
      }
      state.statistics.systemAllocations += 1
      return nil
    }
    if let kept { return UnsafeMutableRawPointer(bitPattern: kept).unsafelyUnwrapped }
    if let block = kernel_memory_allocate(size) { return block }
    releaseKept()
    if let block = kernel_memory_allocate(size) { return block }
    MemoryPool.stopWithoutMemory(byteCount)
  }

  private static func stopWithoutMemory(_ byteCount: Int) -> Never {
    stop("out of memory: an array of \(byteCount) bytes could not be allocated")
  }

  /// Takes back what `allocate(byteCount)` gave.
  package func release(_ block: UnsafeMutableRawPointer, byteCount: Int) {
    let (index, size) = MemoryPool.sizeClass(byteCount)
    let keeps = state.withLock { state in
      state.statistics.bytesInUse -= size
      let limit = state.statistics.peakBytesInUse - state.statistics.bytesInUse + (64 << 20)
      guard state.statistics.bytesKept + size <= limit else { return false }
      state.kept[index].append(UInt(bitPattern: block))
      state.statistics.bytesKept += size
      return true
    }
    if !keeps { kernel_memory_release(block) }
  }

  /// Gives all that is kept for reuse back to the system.
  package func releaseKept() {
    let blocks = state.withLock { state in
      var blocks: [UInt] = []
      for index in state.kept.indices {
        blocks += state.kept[index]
        state.kept[index].removeAll()
      }
      state.statistics.bytesKept = 0
      return blocks
    }
    for block in blocks {
      kernel_memory_release(UnsafeMutableRawPointer(bitPattern: block))
    }
  }
}
