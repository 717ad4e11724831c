//! The one module that knows every stage.
