import Arrays
import Tensors

extension Initializer {
  /// A random matrix with orthonormal rows or columns (whichever are fewer), times `gain`; axes from
  /// the second on count as one. Saxe et al., 2013, "Exact solutions to the nonlinear dynamics of
  /// learning in deep linear neural networks".
  ///
  /// Every orthogonal matrix is equally likely: Gram and Schmidt's process on normal numbers, in
  /// double precision, gives the factor Q of the decomposition whose R has a positive diagonal
  /// (Mezzadri, 2007, "How to generate random matrices from the classical compact groups").
  public static func orthogonal(gain: Double = 1) -> Initializer {
    Initializer { shape, random in
      if shape.rank < 2 {
        stop("orthogonal: needs a weight of at least two axes, found \(shape)")
      }
      let rows = shape[0]
      let columns = shape.dropFirst().reduce(1, *)
      let (count, length) = (min(rows, columns), max(rows, columns))
      if count == 0 { return .zeros(shape) }
      var vectors = random.normal([count, length], .float64).scalars(as: Double.self)
      orthonormalize(&vectors, count: count, length: length)
      let basis = (Tensor(vectors, shape: [count, length]) * gain).to(.float32)
      return (rows <= columns ? basis : basis.transposed()).contiguous().reshaped(to: shape)
    }
  }
}

/// Makes `count` vectors of `length` numbers, one behind the other, orthonormal.
private func orthonormalize(_ vectors: inout [Double], count: Int, length: Int) {
  vectors.withUnsafeMutableBufferPointer { vectors in
    func product(_ i: Int, _ j: Int) -> Double {
      var sum = 0.0
      for k in 0..<length { sum += vectors[i * length + k] * vectors[j * length + k] }
      return sum
    }
    for i in 0..<count {
      // Once is not enough where a vector nearly lies in the others' span; twice is (Giraud et al.,
      // 2005, "Rounding error analysis of the classical Gram-Schmidt orthogonalization process").
      for _ in 0..<2 {
        for j in 0..<i {
          let along = product(i, j)
          for k in 0..<length { vectors[i * length + k] -= along * vectors[j * length + k] }
        }
      }
      let inverse = 1 / product(i, i).squareRoot()
      for k in 0..<length { vectors[i * length + k] *= inverse }
    }
  }
}
