import Arrays

/// A kind of recurrent layer: how a step makes the next state of the present one, and the step's
/// pullback.
///
/// The state is h and, of LSTM, c, both [batch, hidden]. The input's part of the gates, x · W_ihᵀ +
/// b_ih, is given; the recurrent part is u = h · W_hhᵀ + b_hh.
package enum Recurrence: Sendable, Hashable {
  /// h ← tanh(a + u). Elman, 1990, "Finding structure in time".
  case tanh
  /// h ← max(a + u, 0).
  case relu
  /// i, f, g, o = a + u; c ← σ(f) ∘ c + σ(i) ∘ tanh g; h ← σ(o) ∘ tanh c, and h ← h · W_hrᵀ where
  /// there is a projection. Hochreiter & Schmidhuber, 1997, "Long short-term memory"; Sak et al.,
  /// 2014, for the projection.
  case lstm
  /// r = σ(a_r + u_r), z = σ(a_z + u_z), n = tanh(a_n + r ∘ u_n); h ← (1 − z) ∘ n + z ∘ h. Cho et al.,
  /// 2014, in the variant whose reset gate acts after the product.
  case gru

  /// How many numbers of a step's gates belong to one of its hidden units.
  package var gateCount: Int {
    switch self {
    case .tanh, .relu: 1
    case .lstm: 4
    case .gru: 3
    }
  }

  /// How many tensors the state is made of.
  package var stateCount: Int { self == .lstm ? 2 : 1 }

  /// What the steps of a sequence share.
  package struct Weights: Sendable {
    /// W_hh, [gates · hidden, output].
    var hidden: Tensor
    /// b_hh, [gates · hidden].
    var bias: Tensor?
    /// W_hr, [projection, hidden].
    var projection: Tensor?

    package init(hidden: Tensor, bias: Tensor?, projection: Tensor? = nil) {
      self.hidden = hidden
      self.bias = bias
      self.projection = projection
    }
  }
}

// MARK: A step

extension Recurrence {
  /// The state after a step, and what `pullback` reads of it.
  package func step(
    _ gates: Tensor, _ state: [Tensor], _ weights: Weights
  ) -> (state: [Tensor], kept: [Tensor]) {
    let product = linear(state[0], weight: weights.hidden, bias: weights.bias)
    switch self {
    case .tanh:
      let h = Tensors.tanh(gates + product)
      return ([h], [h])
    case .relu:
      let h = Tensors.relu(gates + product)
      return ([h], [h])
    case .lstm:
      let parts = (gates + product).split(into: 4, along: 1)
      let (i, f, g, o) = (
        sigmoid(parts[0]), sigmoid(parts[1]), Tensors.tanh(parts[2]), sigmoid(parts[3])
      )
      let c = f * state[1] + i * g
      let t = Tensors.tanh(c)
      let h = weights.projection.map { linear(o * t, weight: $0) } ?? o * t
      return ([h, c], [i, f, g, o, t])
    case .gru:
      let (a, u) = (gates.split(into: 3, along: 1), product.split(into: 3, along: 1))
      let (r, z) = (sigmoid(a[0] + u[0]), sigmoid(a[1] + u[1]))
      let n = Tensors.tanh(a[2] + r * u[2])
      return ([(1 - z) * n + z * state[0]], [r, z, n, u[2]])
    }
  }

  /// The cotangents of a step's operands.
  struct StepCotangents {
    /// Of the input's part of the gates.
    var gates: Tensor
    /// Of the recurrent part.
    var product: Tensor
    /// Of the state before.
    var state: [Tensor]
  }

  /// The pullback of a step whose state before was `previous`, of the cotangents `d` of the state
  /// after it.
  func pullback(
    _ d: [Tensor], kept: [Tensor], previous: [Tensor], _ weights: Weights
  ) -> StepCotangents {
    switch self {
    case .tanh:
      let gates = tanhGradient(kept[0], d[0])
      return StepCotangents(gates: gates, product: gates, state: [matmul(gates, weights.hidden)])
    case .relu:
      let gates = apply(BinaryPrimitive(.reluGradient), [kept[0], d[0]])
      return StepCotangents(gates: gates, product: gates, state: [matmul(gates, weights.hidden)])
    case .lstm:
      let (i, f, g, o, t) = (kept[0], kept[1], kept[2], kept[3], kept[4])
      let dm = weights.projection.map { matmul(d[0], $0) } ?? d[0]
      let dc = d[1] + tanhGradient(t, dm * o)
      let gates = concatenate(
        [
          sigmoidGradient(i, dc * g), sigmoidGradient(f, dc * previous[1]),
          tanhGradient(g, dc * i), sigmoidGradient(o, dm * t),
        ], along: 1)
      return StepCotangents(
        gates: gates, product: gates, state: [matmul(gates, weights.hidden), dc * f])
    case .gru:
      let (r, z, n, u) = (kept[0], kept[1], kept[2], kept[3])
      let dn = tanhGradient(n, d[0] * (1 - z))
      let dz = sigmoidGradient(z, d[0] * (previous[0] - n))
      let dr = sigmoidGradient(r, dn * u)
      let product = concatenate([dr, dz, dn * r], along: 1)
      return StepCotangents(
        gates: concatenate([dr, dz, dn], along: 1), product: product,
        state: [matmul(product, weights.hidden) + d[0] * z])
    }
  }

  private func sigmoidGradient(_ y: Tensor, _ dy: Tensor) -> Tensor {
    apply(BinaryPrimitive(.sigmoidGradient), [y, dy])
  }

  private func tanhGradient(_ y: Tensor, _ dy: Tensor) -> Tensor {
    apply(BinaryPrimitive(.tanhGradient), [y, dy])
  }
}
