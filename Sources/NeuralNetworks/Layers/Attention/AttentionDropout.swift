import Tensors

/// `scaledDotProductAttention` whose weights a layer drops in training.
package func scaledDotProductAttention(
  _ queries: Tensor, _ keys: Tensor, _ values: Tensor, mask: Tensor? = nil, isCausal: Bool = false,
  window: Int? = nil, dropout: Dropout
) -> Tensor {
  guard isTraining, dropout.probability > 0 else {
    return scaledDotProductAttention(
      queries, keys, values, mask: mask, isCausal: isCausal, window: window)
  }
  return dropout.drawing { random in
    scaledDotProductAttention(
      queries, keys, values, mask: mask, isCausal: isCausal, window: window,
      dropout: dropout.probability, using: &random)
  }
}
