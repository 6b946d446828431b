import Arrays
import Tensors

extension Tensor {
  /// The tensor's memory, seen by nothing else and row-major, for kernels that change it in place:
  /// what is shared with another tensor, or strided, is copied first.
  mutating func ownedArray() -> NDArray {
    let isOwned = isKnownUniquelyReferenced(&array) && array.ownsMemory
    if !isOwned || !array.isContiguous {
      let copy = NDArray(uninitialized: Layout(contiguous: shape), dataType)
      ThreadState.backend.copy(array, into: copy)
      array = copy
    }
    return array
  }

  /// self += scale · other, for tensors of one shape and element type; in place where nothing else
  /// shares the memory.
  mutating func add(_ other: Tensor, scaledBy scale: Double) {
    guard dataType == .float32 else {
      self = self + other * scale
      return
    }
    ThreadState.backend.addScaled(other.array.compacted(), scale: Float(scale), to: ownedArray())
  }
}
