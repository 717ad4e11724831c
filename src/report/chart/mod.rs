//! Charts as SVG and PNG. Plotters draws through one thin layer ([`canvas`], [`panel`]) onto a backend
//! of ours ([`backend`]) that writes text as outlines, so that Chinese is drawn right on a machine
//! without Chinese fonts. [`set`] decides which charts an inspection has.

pub mod agreement;
pub mod applied;
pub mod backend;
pub mod body_time;
pub mod calibration;
pub mod canvas;
pub mod changes;
pub mod city;
pub mod control;
pub mod effects;
pub mod element;
pub mod error;
pub mod font;
pub mod forms;
pub mod funnel;
pub mod heaping;
pub mod heatmap;
pub mod histogram;
pub mod item_drift;
pub mod kind;
pub mod labels;
pub mod lines;
pub mod matrix;
pub mod network;
pub mod operators;
pub mod overview;
pub mod palette;
pub mod panel;
pub mod raster;
pub mod raters;
pub mod ratio;
pub mod remark;
pub mod renewal;
pub mod rows;
pub mod seats;
pub mod set;
pub mod severity;
pub mod timeline;
