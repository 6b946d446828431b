import CKernels
import Synchronization

/// A strided array of numbers: memory, where the elements lie in it, and their type.
///
/// It is what a backend sees of a tensor. An array owns pooled memory, or is a view of another's.
/// Written only while nothing else can see it: by the backend that fills a fresh result, or by an
/// in-place update of an array that is uniquely referenced. From then on it does not change, so it
/// may be shared between threads.
///
/// One object for memory and layout together, because tensors are copied far more often than made:
/// a copy costs one reference count.
///
/// While a thread traces, its fresh arrays are abstract: they have a layout, an element type and an
/// identity, but no memory, and stand for numbers that a later run computes.
package final class NDArray: @unchecked Sendable {
  package let layout: Layout
  package let dataType: DataType
  private var base: UnsafeMutableRawPointer
  /// Whose memory this is a view of; nil where the memory is its own.
  private let owner: NDArray?
  private let byteCount: Int
  /// A number of the contents; 0 where nobody has asked for one since they changed.
  private let stamp = Atomic<UInt64>(0)
  private static let lastStamp = Atomic<UInt64>(0)

  /// No address of memory: that of an array without values, and that of an abstract one.
  @inline(__always)
  private static var nowhere: UnsafeMutableRawPointer {
    UnsafeMutableRawPointer(bitPattern: 64).unsafelyUnwrapped
  }
  @inline(__always)
  private static var unknown: UnsafeMutableRawPointer {
    UnsafeMutableRawPointer(bitPattern: 128).unsafelyUnwrapped
  }

  /// A fresh array with undefined contents; `layout` must start at 0 and be dense. It is abstract
  /// where the calling thread traces.
  package convenience init(uninitialized layout: Layout, _ dataType: DataType) {
    if kernel_current_thread_state().unsafelyUnwrapped.pointee.trace != nil {
      self.init(layout, dataType, NDArray.unknown, nil)
    } else {
      self.init(allocated: layout, dataType)
    }
  }

  /// A fresh array with memory, even where the thread traces: for numbers that are known then.
  package init(allocated layout: Layout, _ dataType: DataType) {
    self.layout = layout
    self.dataType = dataType
    self.owner = nil
    let (byteCount, overflows) = layout.count.multipliedReportingOverflow(by: dataType.byteCount)
    if overflows { stop("out of memory: \(dataType) \(layout.shape) is larger than any memory") }
    self.byteCount = byteCount
    self.base = MemoryPool.shared.allocate(byteCount)
  }

  private init(
    _ layout: Layout, _ dataType: DataType, _ base: UnsafeMutableRawPointer, _ owner: NDArray?
  ) {
    self.layout = layout
    self.dataType = dataType
    self.base = base
    self.owner = owner
    self.byteCount = -1
  }

  /// An abstract array, which stands for numbers that are not known yet.
  package static func abstract(_ layout: Layout, _ dataType: DataType) -> NDArray {
    NDArray(layout, dataType, unknown, nil)
  }

  /// A window on memory that somebody else keeps alive, and may move with `rebase(to:)`.
  package static func window(
    _ layout: Layout, _ dataType: DataType, at base: UnsafeMutableRawPointer
  ) -> NDArray {
    NDArray(layout, dataType, base, nil)
  }

  deinit {
    if byteCount >= 0 { MemoryPool.shared.release(base, byteCount: byteCount) }
  }

  package var shape: Shape { layout.shape }
  package var strides: [Int] { layout.strides }
  package var rank: Int { layout.shape.rank }
  package var count: Int { layout.count }
  package var isContiguous: Bool { layout.isContiguous }
  /// Whether the memory is this array's own, so that a unique reference may change it.
  package var ownsMemory: Bool { byteCount >= 0 || isAbstract && owner == nil }
  /// Whether this stands for numbers that only a later run computes.
  @inline(__always)
  package var isAbstract: Bool { base == NDArray.unknown }
  /// The array whose memory this is, or shows.
  package var root: NDArray { owner ?? self }

  /// The address of the element whose indices are all zero. The memory lives as long as the array:
  /// a local array must be kept alive past the last use of its address (`withExtendedLifetime`).
  @inline(__always)
  package var rawPointer: UnsafeMutableRawPointer {
    if isAbstract { NDArray.stopWithoutNumbers() }
    return base + layout.offset * dataType.byteCount
  }

  @inline(never)
  private static func stopWithoutNumbers() -> Never {
    stop(
      "compile: a tensor's numbers were asked for while its step was traced; they are known only "
        + "when the step runs: return the tensor from the step, or compute with tensors")
  }

  /// `rawPointer`, typed; `Element` must be the Swift type of `dataType`.
  @inline(__always)
  package func pointer<Element>(as type: Element.Type) -> UnsafeMutablePointer<Element> {
    rawPointer.assumingMemoryBound(to: Element.self)
  }

  /// A number that stands for the contents: no other array has it, nor has this one once its
  /// contents change.
  package var contentsStamp: UInt64 {
    let known = stamp.load(ordering: .relaxed)
    if known != 0 { return known }
    let fresh = NDArray.lastStamp.wrappingAdd(1, ordering: .relaxed).newValue
    let (isFirst, present) = stamp.compareExchange(
      expected: 0, desired: fresh, ordering: .relaxed)
    return isFirst ? fresh : present
  }

  /// To be called by whoever changes the contents in place.
  @inline(__always)
  package func contentsChange() { stamp.store(0, ordering: .relaxed) }

  /// The same memory seen through another layout.
  package func view(_ layout: Layout) -> NDArray {
    NDArray(layout, dataType, base, owner ?? self)
  }

  /// Moves a window; no other array may be a view of it.
  package func rebase(to base: UnsafeMutableRawPointer) { self.base = base }

  /// Whether there are elements behind the layout; see `withoutValues()`.
  package var hasValues: Bool { base != NDArray.nowhere }

  /// The layout and the element type alone: nothing of the memory is kept alive, and none may be
  /// touched.
  package func withoutValues() -> NDArray {
    if !hasValues { return self }
    return NDArray(layout, dataType, NDArray.nowhere, nil)
  }
}
